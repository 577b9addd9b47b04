"""The pretend Microsoft 365 tenant."""
