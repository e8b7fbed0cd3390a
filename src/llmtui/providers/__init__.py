"""How each provider says it: dialects that touch no socket, and the cards of their endpoints."""
