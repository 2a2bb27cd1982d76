"""What happens to a person's work when processes, disks and machines do not do as they should."""
