// Running text with marks: what Slack's mrkdwn and Markdown have in common.
//
// Code, links, mentions and emoji are atoms: they are taken out first, so that an underscore in a link is never
// italics. What remains is searched for pairs of marks, each of them linear in the length of the text.

import { h } from "./dom.js";

const ATOM = "\uE000"; // stands for the next atom while marks are looked for

/**
 * `dialect` is {atom: RegExp, draw(match) -> node, or null for "this is no atom", marks: RegExp, tags}: both patterns are
 * global, and `marks` has one group a tag. Returns an array of nodes and strings.
 */
export function inline(text, dialect) {
  const atoms = [];
  const bare = text.replaceAll(ATOM, "\uFFFD").replace(dialect.atom, (...match) => {
    const node = dialect.draw(match);
    if (node === null) return match[0];
    atoms.push(node);
    return ATOM;
  });
  return marked(bare, dialect, () => atoms.shift());
}

function marked(text, dialect, nextAtom) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(dialect.marks)) {
    const group = match.findIndex((part, index) => index > 0 && part !== undefined);
    nodes.push(plain(text.slice(end, match.index), nextAtom));
    nodes.push(h(dialect.tags[group - 1], {}, marked(match[group], dialect, nextAtom)));
    end = match.index + match[0].length;
  }
  return [...nodes, plain(text.slice(end), nextAtom)];
}

function plain(text, nextAtom) {
  return text.split(ATOM).flatMap((piece, index) => (index ? [nextAtom(), unescaped(piece)] : [unescaped(piece)]));
}

/** Slack escapes exactly these three characters; everything else is as typed. */
export function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
