# Files of this room.
