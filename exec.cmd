@rem The scripts of package.json begin with `exec`, so that on POSIX a signal to npm reaches the program
@rem itself and not only its shell. Windows has no such command: this one just runs what follows.
@%*
