"""`vincle read` and `vincle feel`: files read line by line, without Kafka or ClickHouse."""

import typer

from infra.command_line import File, opened, print_lines

app = typer.Typer()


@app.command()
def read(file: File) -> None:
    """Read bonds from felt touchpoints, one customer a JSON line, without Kafka or ClickHouse."""
    from streams.bond.file import read_lines

    with opened(file) as lines:
        print_lines(read_lines(lines))


@app.command()
def feel(file: File) -> None:
    """Read the feeling of texts, one JSON line each, without Kafka or ClickHouse."""
    from streams.feeling.text.file import feel_lines
    from streams.feeling.text.reader import LinearReader

    with opened(file) as lines:
        print_lines(feel_lines(lines, LinearReader()))
