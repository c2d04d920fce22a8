"""Let `python -m slabot` be the command, for places where only the packages are installed and no script is."""

from slabot.cli import main

if __name__ == "__main__":
    main(prog_name="slabot")
