"""One module per command of the command line; each has NAME, HELP, configure and run."""
