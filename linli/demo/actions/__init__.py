"""Making the demo district: by the real actions, once."""
