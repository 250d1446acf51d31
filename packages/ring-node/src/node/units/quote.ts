/** An argument as the command lines of units have it: what systemd reads is the text again. Source: systemd.service(5), "Command lines". */
export function argument(text: string): string {
  // A variable is only expanded where it begins with a dollar sign, a specifier with a percent sign.
  return word(text.replaceAll('$', '$$$$'));
}

/** A path as lists of paths to mount have it: a colon would separate two of them. Source: systemd.exec(5), BindReadOnlyPaths=. */
export function mountPath(path: string): string {
  return word(path).replaceAll(':', '\\:');
}

function word(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll(/[\0-\x1f\x7f]/g, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return /^[\w./:=@,+-]+$/.test(text) ? text : `"${escaped}"`;
}
