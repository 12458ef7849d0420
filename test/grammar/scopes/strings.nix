{
  /* A comment
     of two lines. */
  quoted = "a \n \${b} $${c} ${"d ${e}"} \"";
  indented = ''
    'quotes' ''' ''${a} ''\n $${b} ${c.d or ''e''}
  '';
  paths = [ ./a/b.nix ../. /etc/${host} ~/x <nixpkgs/lib> a/b ];
  uri = http://example.org/a?b=c;
  /** Documentation. */
  f = a: b: a / b - a/b;
}
