"""The pretend application with a SCIM 2.0 interface."""
