"""What is measured: a module a row, each with its `ROW`. A new module is in the suite by being here."""
