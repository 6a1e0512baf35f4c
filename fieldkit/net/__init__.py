"""The hotspot: the network files of this kit, and what differs from them on this machine."""
