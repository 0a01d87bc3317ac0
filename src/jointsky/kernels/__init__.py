"""Compiled loops over rows: numbers in, numbers out; no world, no names, no units but SI.

Importing this package imports neither numba nor numpy; it only decides where numba may keep compiled code. Numba keeps
a caller's compiled code even when a callee in another file has changed, so the cache folder is named after the content
of every file that compiled code may draw from: an edit anywhere opens a fresh folder.
"""

from jointsky.kernels.cache import settle_cache_folder

settle_cache_folder()
