"""The page that stands in for the web app where it was not built: no script, no other host."""

from __future__ import annotations

NOT_BUILT_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keyturn: the web app was not built</title>
<style>
:root { color-scheme: light dark; --ink: #1c2330; --soft: #566074; --ground: #fbfbfd; --line: #dfe3ea;
  --link: #2250c8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebf2; --soft: #a2abbd; --ground: #14171d; --line: #2c323d; --link: #8fb0ff; }
}
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 44rem; margin: 12vh auto 4rem; padding: 0 1.5rem; }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1rem; margin: 2.2rem 0 .4rem; }
p, li { color: var(--soft); }
a { color: var(--link); }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font: 14px/1.5 ui-monospace, monospace; color: var(--ink); }
pre { border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; overflow-x: auto; }
</style>
</head>
<body>
<main>
<h1>Keyturn runs</h1>
<p>The web app is not in this installation: it was set up where there was no Node. Flows run, and everything can be
done by the command line and the API.</p>
<h2>Build the web app</h2>
<p>Install Node 20 or newer and npm, then build it in the checkout and start Keyturn again. Wheels bring it along.</p>
<pre>make setup
keyturn server</pre>
<h2>Look around</h2>
<ul>
<li><a href="/openapi.json">Description of the API</a> (OpenAPI)</li>
<li><a href="/healthz">Health</a>: the process lives</li>
<li><a href="/readyz">Readiness</a>: the database answers</li>
</ul>
<h2>Try it in a terminal</h2>
<p>The token was printed when this installation started for the first time; the demo prints one each time.</p>
<pre>export KEYTURN_TOKEN=...
keyturn flows list
keyturn runs list
keyturn cards</pre>
</main>
</body>
</html>
"""
