export const usage = `Usage: webclient -put FILE [--as NAME] | -get NAME [-o FILE|-] | COMMAND

Puts files on a ring and gets them, through any of its nodes.

  -put FILE            store FILE under its own name; --as NAME under another
  -get NAME            write NAME into the current folder; -o FILE elsewhere, -o - to standard output; --copy VERSION: a conflict copy
  list [PREFIX]        what is stored; --conflicts: what has conflict copies, also what is deleted
  rm NAME              delete
  conflicts NAME       which version has the name, and the conflict copies kept beside it
  resolve NAME [VERSION]  keep the file as it is, or the conflict copy VERSION in its place, and let go of the others
  status               the ring as it is: its nodes, how safe its files are, what to do
  watch                what happens at every node, until Ctrl-C; -v, --verbose: every hop too
  merges [NAME]        what was written on several sides and joined, and what stays beside it
  scrub [NODE]         have all nodes, or one, read their copies and mend what is damaged
  echo                 have a node send the time back; --every 60s: at each stroke of the clock, until Ctrl-C;
                       --log FILE: append what came back (FILE.1 to FILE.5 are older)
  hello HOST [SECONDS] greet the server at HOST, port 16273 or -p, after holding the connection so long; --retry: until it is there
  message              ask for a unique code, and with it have a message kept in the ring's log; --text TEXT;
                       --clients 50: as so many clients at once, each reported
  leave NODE           take a node out for good: its copies are made elsewhere first
  forget NODE          a node is lost for ever

  -i, -ip IP           the node to ask (default 127.0.0.1)
  -p, -port PORT       its port (default 4043)
      --timeout SECONDS  give up when nothing has moved for so long (default 30)
      --json           answers for programs
  -h, --help
      --version

-put, -get, -ip, -port, -PUTFILE and -GETFILE are taken with one dash or two. NODE is an id, the beginning of one, or an address;
VERSION is one, or the beginning of one.
The other nodes of the ring are tried when that one does not answer; they are remembered in ~/.cache/coring (not with CORING_NO_CACHE=1).
Exit codes: 0 done, 1 refused or not found, 2 wrong use, 3 nobody answered.
`;
