"""What is allowed to people who log in, and to those who give them their roles."""
