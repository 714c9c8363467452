"""What pam_iamlp costs, beside what else could stand in its place."""
