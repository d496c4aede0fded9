"""The commands of the command line: one file, one command or group of commands. To add one, add a file; CONTRIBUTING.md has the recipe."""
