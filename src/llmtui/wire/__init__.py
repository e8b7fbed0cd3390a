"""How bytes travel: the only room with a socket, where every trouble becomes an event."""
