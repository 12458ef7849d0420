# An evaluator that is kept: answers one request after the other, each as `derivations.nix` (or `values.nix`) answers one alone. Before each it opens a
# FIFO, which blocks until the server opens the other end (newer Nix reads nothing of a FIFO, so what is asked is in a file beside it).
# Two FIFOs take turns: the end of one is surely closed when it is opened again. Called by warm/warmProcess.ts.
{ phasewise'answers, phasewise'folder, phasewise'tag, phasewise'count, ... }@given:

let
  answer = import (./. + "/${phasewise'answers}");
  userArgs = builtins.removeAttrs given [ "phasewise'answers" "phasewise'folder" "phasewise'tag" "phasewise'count" ];
  gates = [ "gate-0" "gate-1" ];

  step = _: number:
    let
      gate = builtins.elemAt gates (number - (number / 2) * 2);
      opened = builtins.readFile "${phasewise'folder}/${gate}";
      request = builtins.readFile "${phasewise'folder}/request-${toString number}";
    in
    builtins.trace "${phasewise'tag}${toString number}"
      (builtins.seq opened (answer (userArgs // { phasewise'request = request; })));
in
builtins.foldl' step null (builtins.genList (number: number) (builtins.fromJSON phasewise'count))
