"""The host of a CI job, GitHub Actions or GitLab CI, spoken to in its own documented formats.

Imported only inside such a job. Nothing here writes to stdout, and nothing fails the job.
"""
