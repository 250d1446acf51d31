import { kinds } from './units.js';

const widest = Math.max(...Object.keys(kinds).map((name) => name.length));

export const usage = `Usage: ring-node units [UNIT…] [--user] [--install [DIR]] [--force] [-- OPTIONS OF NODES]

Prints units for systemd, or writes them where systemd looks for them. Without the name of a UNIT it is about all of them.

${Object.entries(kinds).map(([name, { about }]) => `  ${name.padEnd(widest)}  ${about}`).join('\n')}

      --user           for the systemd of a user, which runs from the first login to the last logout
      --install [DIR]  write them into DIR (default /etc/systemd/system; --user: ~/.config/systemd/user)
      --force          replace units that are there and differ
  -h, --help

What follows -- is what nodes are started with: ring-node units coring.service -- -i 10.0.0.1 -p 4043 --listen 10.0.0.2:4043
--secret-file /etc/coring/secret. A node that joins gets --wait as well: systemd does not wait for other machines. The data directory is
systemd's: StateDirectory=. The file of a secret may be root's alone.

After --install: systemctl daemon-reload, then one of
  systemctl enable --now coring.service         a node, now and from each boot on
  systemctl enable --now coring.socket          the same, from the first connection on
  systemctl enable --now coring@NAME.socket coring-{http,hello}@NAME.socket    several sockets, one node
  systemctl enable --now coring-echo.timer      the client of the minute
with --user after systemctl for those of a user. Ports are changed by a file beside the unit: systemctl edit coring.socket.
Exit codes: 0 done, 1 it cannot be done, 2 wrong use.
`;
