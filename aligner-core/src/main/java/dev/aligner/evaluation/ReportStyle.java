package dev.aligner.evaluation;

/** The style sheet of the page: light or dark as the reader's system is, no external resource. */
final class ReportStyle {

  static final String CSS =
      """
      :root { color-scheme: light dark;
        --page: #f6f6f3; --card: #ffffff; --ink: #1d2025; --muted: #5a616c; --line: #e2e2dc;
        --accent: #2f5fd0; --second: #8a5a00; --win: #1b7f5c; --lose: #b8432f; --equal: #8d939d;
        --ins: #d6f2e2; --ins-ink: #0a4730; --del: #fbdfd8; --del-ink: #7a2212; }
      @media (prefers-color-scheme: dark) { :root {
        --page: #14161a; --card: #1c1f25; --ink: #e9eaec; --muted: #a3a9b3; --line: #31353d;
        --accent: #7ea6ff; --second: #e0b050; --win: #4cc38a; --lose: #ff8a70; --equal: #7d838d;
        --ins: #12392a; --ins-ink: #92e8c0; --del: #43201a; --del-ink: #ffb9a9; } }
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--page); color: var(--ink);
        font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
      header, main, footer { max-width: 64rem; margin: 0 auto; padding: 0 1.25rem; }
      header { padding-top: 2.75rem; padding-bottom: .5rem; }
      footer { padding-top: .5rem; padding-bottom: 3rem; color: var(--muted); font-size: .875rem; }
      .eyebrow { margin: 0; color: var(--accent); font-size: .8rem; font-weight: 650;
        letter-spacing: .08em; text-transform: uppercase; }
      h1 { margin: .25rem 0 .5rem; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.015em; }
      h2 { margin: 0 0 .25rem; font-size: 1.15rem; }
      h3 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
      p { margin: .25rem 0 .75rem; max-width: 46rem; }
      .muted, figcaption { color: var(--muted); font-size: .9rem; }
      section { margin: 1.25rem 0; padding: 1.4rem 1.5rem 1.2rem; background: var(--card);
        border: 1px solid var(--line); border-radius: 14px; }
      .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr));
        gap: .9rem; margin: 1.25rem 0; padding: 0; list-style: none; }
      .cards li { padding: 1rem 1.2rem; background: var(--card); border: 1px solid var(--line);
        border-radius: 14px; }
      .cards .name { color: var(--muted); font-size: .875rem; }
      .cards .value { font-size: 1.85rem; font-weight: 650; line-height: 1.25;
        letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
      .cards .range { color: var(--muted); font-size: .8125rem; }
      .win { color: var(--win); } .lose { color: var(--lose); }
      figure { margin: .75rem 0 0; overflow-x: auto; }
      svg.plot { min-width: 34rem; }
      svg { display: block; width: 100%; height: auto; }
      svg text { fill: var(--muted); font: 12px system-ui, sans-serif; }
      svg .label { fill: var(--ink); }
      svg .bar { fill: var(--accent); } svg .same { fill: var(--equal); }
      svg .w { fill: var(--win); } svg .e { fill: var(--equal); } svg .l { fill: var(--lose); }
      svg .grid { stroke: var(--line); stroke-width: 1; }
      svg .axis { stroke: var(--muted); stroke-width: 1; }
      svg .curve { fill: none; stroke: var(--accent); stroke-width: 2.5; stroke-linejoin: round; }
      svg .dot { fill: var(--accent); }
      svg .second { stroke: var(--second); stroke-dasharray: 7 4; }
      svg .dot.second { fill: var(--second); stroke: none; }
      .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .6rem 0; padding: 0;
        list-style: none; font-size: .9rem; }
      .legend i { display: inline-block; width: .8rem; height: .8rem; margin-right: .45rem;
        border-radius: 3px; vertical-align: -.05rem; }
      .scroll { overflow-x: auto; }
      table { width: 100%; border-collapse: collapse; font-size: .9rem;
        font-variant-numeric: tabular-nums; }
      caption { text-align: left; color: var(--muted); padding-bottom: .4rem; }
      th, td { padding: .45rem .75rem .45rem 0; text-align: right; border-bottom: 1px solid var(--line);
        vertical-align: top; }
      th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
      thead th { color: var(--muted); font-weight: 550; }
      tbody th { font-weight: 500; }
      tbody tr:last-child > * { border-bottom: 0; }
      details { margin-top: .75rem; } summary { cursor: pointer; color: var(--accent); font-size: .9rem; }
      article { margin: 0 0 .9rem; padding: .9rem 1.1rem; border: 1px solid var(--line);
        border-radius: 10px; }
      .tags { display: flex; flex-wrap: wrap; gap: .35rem; margin: 0 0 .5rem; font-size: .78rem; }
      .tags span { padding: .05rem .5rem; border: 1px solid var(--line); border-radius: 99px;
        color: var(--muted); overflow-wrap: anywhere; }
      .q, .a { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate;
        max-width: none; }
      .q { margin-bottom: .5rem; color: var(--muted); }
      del + ins { margin-left: .15em; }
      ins, del { padding: .05em .15em; border-radius: 4px; }
      ins { background: var(--ins); color: var(--ins-ink); text-decoration: underline;
        text-decoration-thickness: 1px; text-underline-offset: 3px; }
      del { background: var(--del); color: var(--del-ink); text-decoration: line-through; }
      @media print { body { background: #fff; } section, .cards li { break-inside: avoid; } }
      """;

  private ReportStyle() {}
}
