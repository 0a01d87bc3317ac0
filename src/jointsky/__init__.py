"""jointsky: an open joint air-defence system, in simulation.

The few public names of the library are offered here; each is imported when first asked for, so that `import jointsky`
is quick and the command line starts without compiled code.
"""

__version__ = "0.1.0"
