"""The power-cut suite: every promise behind «Danke», tried on thousands of disks as a power cut would leave them.

`disk.py` records, in order, every write, truncation, sync, creation and deletion that SQLite asks of the operating system while a
kit works; `day.py` is that kit's day, and notes in `promises.py` when each write was acknowledged; `states.py` rebuilds the disk as a
cut after each of these steps may have left it; `trial.py` starts a kit on each such disk and compares it with what was promised;
`weaker.py` has kits that break the promise, to show that this is noticed.

What this proves. The recorded side is the kit itself, unchanged: its writer, its pragmas, its migrations, its verbs, through Python's
own sqlite3 and the very SQLite library the kit runs on (a wrapper like apsw would bring another SQLite, and never meet db.py). The
other side is the kit's own start-up on real files: all of it on every fifth disk, on the others what opens the database. Between
them stands one model: what was synced is there; what was not is there, is not, or is partly there, each sector of 512 bytes for
itself, in any of the versions it had since, or as garbage; files are created and deleted in order, and surely only once their
folder was synced, which is stricter than ext4.

What it does not prove. A card that says "synced" and lies, or damages sectors nobody wrote to: that is what the second medium is
for. Of the files that SQLite does not write, only the high-water mark is on the rebuilt disk.
"""
