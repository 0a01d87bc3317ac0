"""`python -m jointsky`: the same as the command `jointsky`, for whoever has no script of that name on the path."""

from jointsky.cli import main

main()
