"""The bench: what a build costs, measured beside other tools in one run, and what a page costs its reader."""
