"""The style of a report's page; colours come as variables."""

STYLE = """
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
 font:16px/1.55 "Figtree",system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:64rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:clamp(2rem,5vw,3rem);line-height:1.1;margin:.1em 0 .2em;
 letter-spacing:-.02em}
h2{font-size:1.35rem;margin:0 0 1rem;letter-spacing:-.01em}
h3{font-size:1rem;margin:1.75rem 0 .75rem}
p{margin:.25rem 0}
a{color:var(--ai)}
a:focus-visible,summary:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
code,.hash{font:.8em/1.4 ui-monospace,"DejaVu Sans Mono",monospace}
.line{color:var(--ai);font-weight:600}
.hash{color:var(--muted);overflow-wrap:anywhere}
.hero{display:flex;flex-wrap:wrap;gap:.5rem 2rem;align-items:center;margin:1.5rem 0}
.hero>div{flex:1 1 18rem}
.big{font-size:clamp(3rem,10vw,4.75rem);font-weight:700;line-height:1;
 letter-spacing:-.04em;font-variant-numeric:tabular-nums;margin:0}
.track{position:relative;height:14px;margin:.75rem 0 .25rem;border-radius:7px;
 background:var(--sunk);border:1px solid var(--line)}
.range{position:absolute;top:2px;bottom:2px;background:var(--ai);opacity:.45;
 border-radius:4px}
.mark{position:absolute;top:-4px;bottom:-4px;width:4px;margin-left:-2px;
 background:var(--ai);border-radius:2px}
.ends{display:flex;justify-content:space-between;color:var(--muted);font-size:.8rem}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(12.5rem,1fr));gap:1px;
 margin:1.5rem 0 1rem;background:var(--raised);border:1px solid var(--line);
 border-radius:10px;overflow:hidden}
dl>div{outline:1px solid var(--line);padding:.7rem .9rem}
dt{color:var(--muted);font-size:.85rem}
dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
.notes{border-left:4px solid var(--eye);padding:.1rem 0 .1rem 1rem}
section{margin-top:3rem;padding-top:1.5rem;border-top:1px solid var(--line)}
figure{margin:0 0 1.25rem}
figcaption{color:var(--muted);font-size:.9rem;max-width:44rem;margin-top:.5rem}
img{display:block;max-width:100%;height:auto;border-radius:10px}
figure img,section>picture img{border:1px solid var(--line)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));
 gap:1.5rem}
.beside{display:flex;flex-wrap:wrap;gap:1rem 2.5rem;align-items:flex-start}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.35rem 1.25rem .35rem 0;text-align:left;vertical-align:top;
 border-bottom:1px solid var(--line);white-space:nowrap}
thead th{color:var(--muted);font-weight:500}
tbody th{font-weight:600}
.making td{white-space:normal;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--ai);margin:.5rem 0}
.gallery{list-style:none;padding:0;margin:0;display:grid;gap:1rem;
 grid-template-columns:repeat(auto-fill,minmax(7rem,1fr))}
.gallery li{display:grid;font-size:.85rem;line-height:1.35;overflow-wrap:anywhere}
.gallery img{margin-bottom:.35rem;border-radius:6px}
.gallery span{color:var(--bad)}
.gallery code{color:var(--muted)}
footer{margin-top:3rem;padding-top:1.25rem;border-top:1px solid var(--line);
 color:var(--muted);font-size:.9rem}
footer a{margin-right:.6rem}
"""
