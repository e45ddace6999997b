"""What users do, one file each; they import the domain and the ports, nothing else."""
