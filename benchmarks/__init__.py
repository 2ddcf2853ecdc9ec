"""What is measured, and the floor it is compared with (`make bench`)."""
