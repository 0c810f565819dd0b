"""What may and may not be asked of the database: legal queries, attacks, mutants of both, and who asks."""
