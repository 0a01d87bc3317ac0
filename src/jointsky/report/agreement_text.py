"""An agreement explained: what each party may see, order and use, what nobody may, and all that stands around it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jointsky.report.agreement_bounds import bounds, laws
from jointsky.report.agreement_clauses import Claim, Sentence, clause_sentences, spoken
from jointsky.report.agreement_facts import Facts, Grant
from jointsky.report.agreement_frame import header, sources, standing, surroundings
from jointsky.report.agreement_orbat import anywhere, at_home, commander
from jointsky.report.agreement_words import duration, land_of, listed, owners, phase_word, sentence, when

ALONE = "Each nation sees and commands its own, and nothing crosses the border."
"""What a file without any clause says."""
VERBS = ("share", "order", "use")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its sentences."""

    title: str
    sentences: tuple[Sentence, ...]


def explain(facts: Facts, nation: str | None = None, phase: str | None = None) -> tuple[Section, ...]:
    """A file explained, for all parties or one, in all phases or one."""
    grants = [grant for grant in facts.grants() if phase is None or phase in facts.phases_of(grant.clause)]
    if not facts.scenario.agreements:
        return (Section("", (Sentence(ALONE),)),)
    parts = [Section(title, tuple(found)) for title, found in header(facts)]
    parts.append(Section("Phases", tuple(_phases(facts))))
    for name in _headings(facts, grants):
        if nation is None or name == nation or name in facts.scenario.posts:
            parts.append(Section(_title(facts, name), tuple(_party(facts, grants, name, phase))))
    parts.append(Section("What nobody may", tuple(bounds(facts, grants, phase))))
    parts.append(Section("The law of the land", tuple(laws(facts, phase))))
    parts += [Section(title, tuple(found)) for title, found in surroundings(facts)]
    parts.append(Section("Days", tuple(standing(facts))))
    parts.append(Section("Sources", tuple(sources(facts))))
    return tuple(part for part in parts if part.sentences)


def alone(facts: Facts) -> tuple[Section, ...]:
    """What each party has without any clause."""
    return tuple(Section(_title(facts, nation), (_own(facts, nation),)) for nation in facts.parties)


def _phases(facts: Facts) -> Iterator[Sentence]:
    """Who declares which phase, and how long that takes."""
    if len(facts.phases) == 1:
        return
    for phase in facts.phases[1:]:
        for agreement in facts.agreements:
            way = agreement.activates.get(phase)
            if way is None:
                continue
            together = " together" if way.everyone and len(way.declared_by) > 1 else ""
            who = listed(way.declared_by, "and" if way.everyone else "or")
            takes = f"; it holds {duration(way.takes)} later" if way.takes else ""
            yield Sentence(sentence(f"{phase_word(phase)} is declared by {who}{together}{takes} ({agreement.name})"))


def _headings(facts: Facts, grants: Sequence[Grant]) -> list[str]:
    """The parties, and behind them the posts that stand for several nations."""
    return [*facts.parties, *common_posts(facts, grants)]


def common_posts(facts: Facts, grants: Sequence[Grant]) -> list[str]:
    """Posts that clauses name and that serve more than their own nation: units of several nations obey them, or
    another nation gives them their deputy or their seat."""
    found: list[str] = []
    for grant in grants:
        post = facts.scenario.posts.get(grant.clause.to)
        if post is not None and grant.clause.to not in found and (len(grant.givers) > 1 or post.deputy or post.host):
            found.append(grant.clause.to)
    return found


def _title(facts: Facts, name: str) -> str:
    return name if name in facts.scenario.posts else facts.name(name)[:1].upper() + facts.name(name)[1:]


def _party(facts: Facts, grants: Sequence[Grant], name: str, phase: str | None) -> Iterator[Sentence]:
    posts = common_posts(facts, grants)
    if name in facts.scenario.posts:
        yield _common(facts, name)
        mine = [grant for grant in grants if grant.clause.to == name and grant.clause.verb == "order"]
    else:
        yield _own(facts, name)
        yield from _followed(facts, name, phase)
        mine = [
            grant
            for grant in grants
            if grant.receiver == name and not (grant.clause.verb == "order" and grant.clause.to in posts)
        ]
    for grant in sorted(mine, key=lambda grant: _order(facts, grant)):
        yield from clause_sentences(facts, grant)


def _followed(facts: Facts, nation: str, phase: str | None) -> Iterator[Sentence]:
    """Whose orders a nation's units follow before those of its own posts, everywhere or over its own land."""
    arrangement, bare = at_home(facts), anywhere(facts)
    posts = facts.scenario.posts
    alike: dict[tuple[str, tuple[str, ...], bool], list[str]] = {}
    for at in facts.phases if phase is None else (phase,):
        first: dict[tuple[str, bool], list[str]] = {}
        for unit in facts.units_of(nation):
            post = commander(arrangement, unit, at)
            first.setdefault((post, post != commander(bare, unit, at)), []).append(unit)
        for (post, bound), units in first.items():
            if post and (posts[post].nation != nation or not posts[post].commands):
                alike.setdefault((post, tuple(units), bound), []).append(at)
    for (post, units, bound), phases in alike.items():
        whose = facts.called(nation, units)
        which = f"{owners(whose.owner)} {whose.text}" if whose.owner else whose.text
        claims = (Claim("follow", "", post, nation, tuple(phases), (), units),)
        text = f"{when(phases, facts.phases)} {which} follow {post} before any other post"
        text += f" {land_of([facts.name(nation)])}" if bound else ""
        yield Sentence(sentence(text), (), claims)


def _order(facts: Facts, grant: Grant) -> tuple[int, int, int]:
    """What holds in more phases first, then by phase; see before order before use."""
    phases = facts.phases_of(grant.clause)
    first = min((facts.phases.index(phase) for phase in phases), default=0)
    always = len(phases) == len(facts.phases)
    return (0 if always else 1, first, VERBS.index(grant.clause.verb))


def _own(facts: Facts, nation: str) -> Sentence:
    """What a nation has without any clause."""
    posts = {name: post for name, post in facts.scenario.posts.items() if post.nation == nation and post.commands}
    name = facts.name(nation)
    if not facts.units_of(nation):
        return Sentence(sentence(f"{name} has no units here"))
    who = f", from {listed(posts)}" if posts else ""
    return Sentence(sentence(f"{name} sees what its own units see and commands its own units{who}"))


def _common(facts: Facts, name: str) -> Sentence:
    """What a post of several nations is."""
    post = facts.scenario.posts[name]
    parts = [f"{name} is a post of {facts.name(post.nation)}"]
    if post.host is not None:
        parts.append(f"sits with {post.host}, whose picture it sees")
    if post.deputy is not None:
        parts.append(f"has a deputy commander from {facts.name(post.deputy)}")
    if post.deputies:
        parts.append(f"is stood in for by {listed(post.deputies, 'or')}")
    if post.phases is not None and set(post.phases) != set(facts.phases):
        parts.append(f"exists only in {spoken(facts, post.phases)}")
    return Sentence(sentence(listed(parts)))


def text_of(sections: Sequence[Section]) -> str:
    """Sections as text: a heading, then one sentence a line."""
    return "\n\n".join("\n".join(_lines(part)) for part in sections)


def _lines(part: Section) -> Iterator[str]:
    if part.title:
        yield part.title
    for item in part.sentences:
        yield f"  {item.text}" if part.title else item.text
