"""The short path: what happens on every key press, on plain JSON, without pygls.

Rules of this room: nothing here imports pygls, lsprotocol or typed protocol classes; a message is
a dict from the wire; one function a method, listed in `door.HANDLERS`. Whatever is not listed there
goes to pygls (`cold`). A method belongs here only if it runs for each key press, or if it belongs
to the life of the process: what editors send at every start or save would else import pygls in
every session, which takes half a second of computing and 20 MB.
"""
