"""What stands around the clauses: parties, days, areas, lost links, withdrawal, assistance, treaty rules, sources."""

from collections.abc import Iterator

from jointsky.links.arrangement import matching
from jointsky.report.agreement_clauses import Sentence
from jointsky.report.agreement_days import IN_FORCE, INTENT, SIGNED, agreement_state, said
from jointsky.report.agreement_facts import Facts
from jointsky.report.agreement_words import KINDS, day, duration, listed, place, sentence, share
from jointsky.scenario.agreement import (
    AgreementSection,
    ClauseSection,
    LinkLossSection,
    OfRuleSection,
    RuleSection,
    WithdrawalSection,
)

Part = tuple[str, Iterator[Sentence]]
"""A heading and its sentences."""
METRES_PER_KM = 1000.0


def header(facts: Facts) -> Iterator[Part]:
    """Which agreements there are, and what the documents themselves say."""
    yield "Agreements", (_named(facts, agreement) for agreement in facts.scenario.agreements)
    yield "In the words of the documents", _quoted(facts)


def _named(facts: Facts, agreement: AgreementSection) -> Sentence:
    kind = "a protocol of intent" if agreement.kind == "intent" else "a treaty"
    parties = listed(facts.name(party) for party in agreement.parties)
    under = f", under {agreement.under}" if agreement.under is not None else ""
    title = f"{agreement.title} ({agreement.name})" if agreement.title else agreement.name
    return Sentence(f"{title}: {kind} between {parties}{under}.")


def _quoted(facts: Facts) -> Iterator[Sentence]:
    for agreement in facts.agreements:
        for part in (*agreement.clauses, *agreement.rules):
            if part.text:
                yield Sentence(f"{part.id}: {sentence(part.text)}", (part.id,))


def surroundings(facts: Facts) -> Iterator[Part]:
    """The parts of an agreement that are no clauses."""
    yield "Joint units", _joint(facts)
    yield "Areas and hand-over", _areas(facts)
    yield "When a link is lost", _losses(facts)
    yield "When help is called for", _assistance(facts)
    yield "Withdrawal", _withdrawals(facts)
    yield "Limits of the treaty", _rules(facts)


def _joint(facts: Facts) -> Iterator[Sentence]:
    for name, unit in facts.scenario.joint_units.items():
        every = list(facts.scenario.units)
        units = [part for part, hit in zip(every, matching(unit.of, every), strict=True) if hit]
        yield Sentence(sentence(f"{name} is put together from {listed(units)}", name))


def _areas(facts: Facts) -> Iterator[Sentence]:
    for agreement in facts.agreements:
        for post, zone in agreement.areas.items():
            nation = facts.name(facts.scenario.posts[post].nation)
            where = place(zone, nation, nation, facts.names)
            yield Sentence(sentence(f"what flies {where} is for {post} to engage, and for no other post with an area"))
        if agreement.areas:
            takes = agreement.handover.takes if agreement.handover is not None else 0.0
            still = f"stays with the old area's post for {duration(takes)}" if takes else "is the new area's at once"
            yield Sentence(sentence(f"a target that crosses from one area into another {still}"))


def _losses(facts: Facts) -> Iterator[Sentence]:
    for agreement in facts.agreements:
        loss = agreement.on_link_loss
        if loss is not None:
            ended = [clause for clause in agreement.clauses if clause.over in (loss.link, None)]
            text = f"{_left(facts, ended, loss)} ({agreement.name})"
            yield Sentence(sentence(text), tuple(clause.id for clause in ended))
            if loss.resume is not None:
                both = " and both ends have confirmed it" if loss.resume.confirmed else ""
                back = f"what was agreed holds again when the {loss.link} link has been up for"
                yield Sentence(sentence(f"{back} {duration(loss.resume.after_s)}{both}"))
        links = dict.fromkeys(clause.over for clause in agreement.clauses if clause.over is not None)
        left = [link for link in links if loss is None or link != loss.link]
        if left:
            text = f"nothing is agreed for the loss of {_the_links(left)}: what goes over it stops while it is down"
            yield Sentence(sentence(f"{text} ({agreement.name})"))


def _the_links(links: list[str]) -> str:
    return f"the {links[0]} link" if len(links) == 1 else f"a link of {listed(links)}"


def _left(facts: Facts, ended: list[ClauseSection], loss: LinkLossSection) -> str:
    """What a lost link ends and what it leaves."""
    ids = [clause.id for clause in ended]
    end = f"{listed(ids)} {'ends' if len(ids) == 1 else 'end'}" if ids else "nothing ends"
    if loss.then == "national":
        then = "each nation commands its own"
    else:
        then = _deputies(facts, ended)
    weapons = f", weapons {loss.weapons} at most" if loss.weapons is not None else ""
    return f"when the {loss.link} link has been down for more than {duration(loss.after)}, {end} and {then}{weapons}"


def _deputies(facts: Facts, ended: list[ClauseSection]) -> str:
    posts = facts.scenario.posts
    named = list(dict.fromkeys(name for clause in ended if clause.order for name in _commanders(facts, clause)))
    parts = [
        f"the first of {listed(posts[name].deputies)} that can reach the units stands in for {name}"
        for name in named
        if posts[name].deputies
    ]
    return listed(parts) if parts else "each nation commands its own, for no post has deputies"


def _commanders(facts: Facts, clause: ClauseSection) -> list[str]:
    """The posts that an order clause is made for."""
    posts = facts.scenario.posts
    if clause.to in posts:
        return [clause.to]
    return [name for name, post in posts.items() if clause.to in ("others", "each", post.nation)]


def _assistance(facts: Facts) -> Iterator[Sentence]:
    for agreement in facts.agreements:
        for clause in agreement.clauses:
            help_ = clause.if_attacked
            if help_ is None:
                continue
            giver = facts.name(clause.giver) if clause.giver != "each" else "the party that gives it"
            called = f"by {listed(help_.declared_by, 'or')}" if help_.declared_by else "by the receiver's first alert"
            owed = f"{clause.id} is called for {called}; {giver} owes it within {duration(help_.within)}"
            takes = f" and needs {duration(help_.takes)}" if help_.takes else ""
            refused = f", and refuses in {share(help_.refused)} of cases" if help_.refused else ""
            text = f"{owed}{takes}{refused}; what comes later, or never, is a breach and is logged"
            yield Sentence(sentence(text), (clause.id,))


def _withdrawals(facts: Facts) -> Iterator[Sentence]:
    for agreement in facts.agreements:
        if agreement.withdrawal is not None:
            yield _withdrawn(facts, "all of " + agreement.name, agreement.withdrawal)
        for clause in agreement.clauses:
            if clause.withdrawal is not None:
                yield _withdrawn(facts, clause.id, clause.withdrawal)


def _withdrawn(facts: Facts, what: str, terms: WithdrawalSection) -> Sentence:
    who = listed((facts.name(name) for name in terms.by), "or")
    after = f", and it goes on for {duration(terms.takes)} after that" if terms.takes else ", at once"
    return Sentence(sentence(f"{who} may take back consent to {what}{after}"))


def _rules(facts: Facts) -> Iterator[Sentence]:
    for agreement in facts.agreements:
        for rule in agreement.rules:
            who = listed(facts.name(name) for name in rule.binds)
            where = "" if rule.where is None else " " + place(rule.where, who, who, facts.names)
            hold = "holds" if len(rule.binds) == 1 else "each hold"
            most = "no" if rule.most == 0 else f"at most {rule.most}"
            text = f"{who} {hold} {most} {_counted(rule.of)}{where}{_rule_days(rule)} ({rule.id})"
            yield Sentence(sentence(text), (rule.id,))


def _counted(of: OfRuleSection) -> str:
    kinds = [KINDS[kind][1] if kind in KINDS else kind for kind in of.kinds]
    names = [*kinds, *of.categories, *(f"of type {name}" for name in of.types)]
    low, high = of.reach if of.reach is not None else (0.0, 0.0)
    reach = f"missiles with a reach of {low / METRES_PER_KM:g} to {high / METRES_PER_KM:g} km" if of.reach else ""
    return listed([*names, *([reach] if reach else [])])


def _rule_days(rule: RuleSection) -> str:
    start = f" from {day(rule.in_force)} on" if rule.in_force is not None else ""
    return start + (f" until {day(rule.until)}" if rule.until is not None else "")


def standing(facts: Facts) -> Iterator[Sentence]:
    """When each agreement holds, and how it stands on the day asked about."""
    by_name = {agreement.name: agreement for agreement in facts.scenario.agreements}
    for agreement in facts.scenario.agreements:
        yield Sentence(sentence(f"{agreement.name} {_days(agreement)}", agreement.name))
        state, why = agreement_state(agreement, by_name, facts.on)
        if facts.on is not None:
            yield Sentence(sentence(f"on {day(facts.on)} {agreement.name} {said(state)}: {why}"))
        elif state not in (IN_FORCE, INTENT, SIGNED):
            yield Sentence(sentence(f"{agreement.name} {said(state)}: {why}", agreement.name))


def _days(agreement: AgreementSection) -> str:
    parts: list[str] = []
    if agreement.signed is not None:
        parts.append(f"was signed on {day(agreement.signed)}")
    if agreement.kind == "intent":
        parts.append("is a protocol of intent and enables nothing")
    elif agreement.in_force is not None:
        parts.append(f"is in force from {day(agreement.in_force)} on")
    elif agreement.signed is not None:
        parts.append("has not come into force")
    elif agreement.until is None:
        always = "it is always in force" if agreement.under is None else f"it holds while {agreement.under} does"
        parts.append(f"has no days: {always}")
    for span in agreement.suspended:
        parts.append(f"is suspended from {day(span.start)} " + (f"until {day(span.end)}" if span.end else "on"))
    if agreement.until is not None:
        parts.append(f"ends on {day(agreement.until)}")
    return listed(parts)


def sources(facts: Facts) -> Iterator[Sentence]:
    """Where the text of each agreement was read."""
    for agreement in facts.scenario.agreements:
        if agreement.source:
            yield Sentence(f"{agreement.name}: {agreement.source}.")
