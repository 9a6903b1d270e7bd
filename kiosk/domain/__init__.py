"""The rules. Pure: values in, values out; no clock, no file, no socket, no words."""
