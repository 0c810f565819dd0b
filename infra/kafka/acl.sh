#!/bin/sh
# An example of Kafka's rights for a broker with StandardAuthorizer: who may do what, and nobody else anything.
#   sh infra/kafka/acl.sh kafka.example.org:9093 admin.properties
# Run it where kafka-acls.sh is; admin.properties holds the connection of an administrator.
set -eu
BROKER=$1
CONFIG=$2

allow() {
    kafka-acls.sh --bootstrap-server "$BROKER" --command-config "$CONFIG" --add --force --allow-principal "$@"
}

# Upstream systems write touchpoints and read nothing.
allow User:publisher --operation Write --operation Describe --topic vincle.touchpoints

# Workers read touchpoints and commands, and what they tell each other of linked names; they write what they derive.
allow User:vincle --operation Read --operation Describe --topic vincle.touchpoints --topic vincle.commands \
    --topic vincle.links --topic vincle.touched
allow User:vincle --operation Read --operation Describe --group vincle-worker
allow User:vincle --operation Write --operation Describe --topic vincle.rejected --topic vincle.bonds \
    --topic vincle.alerts --topic vincle.routing --topic vincle.links --topic vincle.touched

# `vincle migrate` makes topics and fills lost links; `vincle rejected --replay` publishes again.
allow User:vincle-admin --operation Create --operation Describe --operation Alter --operation AlterConfigs \
    --operation DescribeConfigs --operation Write --topic vincle. --resource-pattern-type prefixed

# The dashboard, and people at the command line, say what to do with alerts, rules and customers.
allow User:vincle-dashboard --operation Write --operation Describe --topic vincle.commands

# `vincle webhook` carries alerts on.
allow User:vincle-webhook --operation Read --operation Describe --topic vincle.alerts
allow User:vincle-webhook --operation Read --group vincle-webhook

# The agents' desktop and the CRM read bonds, alerts and hints.
allow User:crm --operation Read --operation Describe --topic vincle.bonds --topic vincle.alerts \
    --topic vincle.routing
allow User:crm --operation Read --group crm
