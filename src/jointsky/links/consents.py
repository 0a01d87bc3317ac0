"""Consent taken back and given again, and help called for after an attack: only by those whom an agreement names."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

from jointsky.errors import AuthorityError
from jointsky.links.arrangement import Arrangement, Clause, Withdrawal
from jointsky.links.plans import Plans
from jointsky.rng import Stream, draw, entity_key
from jointsky.scenario.raid import Declaration
from jointsky.vocab.messages import Called, Consent, Event

_HELP = 1 << 32
"""Tells the draw for help from those for orders, which have the numbers of orders."""


@dataclass(slots=True)
class Consents:
    """What has been said of consent and of attacks. `log` is all that happened, with what followed from it."""

    arr: Arrangement
    seed: int
    plans: Sequence[Declaration] = ()
    log: list[Event] = field(default_factory=list[Event])
    _people: Plans = field(init=False)
    _withdrawn_s: dict[str, float] = field(default_factory=dict[str, float])
    _called: set[str] = field(default_factory=set[str])
    _news: list[Consent | Called] = field(default_factory=list[Consent | Called])
    _later: list[tuple[float, int, Event]] = field(default_factory=list[tuple[float, int, Event]])
    _count: int = 0

    def __post_init__(self) -> None:
        """Keep the declarations that are not of phases."""
        self._people = Plans(self.arr, [plan for plan in self.plans if plan.phase is None])

    def withdraw(self, by: str, name: str, t_s: float) -> None:
        """Take back the consent to a clause or to a whole agreement. Raises AuthorityError for somebody who may not;
        doing it twice changes nothing."""
        term = self._term(by, name, f"{by} takes back consent to {name}")
        if name in self._withdrawn_s:
            return
        self._withdrawn_s[name] = t_s
        self.log.append(Event(t_s, "withdrawn", name, by, note=f"out of force at {t_s + term.takes_s:g} s"))
        self._news.append(Consent(name, False, t_s))
        self._plan(Event(t_s + term.takes_s, "consent", name, note="out of force: consent was withdrawn"))

    def restore(self, by: str, name: str, t_s: float) -> None:
        """Give consent again, at once. Raises AuthorityError; without effect where it was not taken back."""
        self._term(by, name, f"{by} gives consent to {name} again")
        if self._withdrawn_s.pop(name, None) is None:
            return
        self.log.append(Event(t_s, "restored", name, by))
        self._news.append(Consent(name, True, t_s))
        self._later = [item for item in self._later if item[2].what != "consent" or item[2].name != name]
        heapq.heapify(self._later)

    def attacked(self, by: str, nation: str, t_s: float) -> None:
        """Call for the help that is owed to an attacked nation. Raises AuthorityError where no clause lets this person
        call for it."""
        owed = [clause for clause in self._owed(nation) if _may_call(clause, by)]
        if not owed:
            raise AuthorityError(f"{by} calls for help against the attack on {nation}", ())
        for clause in owed:
            self._call(clause, by, nation, t_s)

    def alerted(self, post: str, t_s: float, hostile: bool) -> None:
        """A post raised an alert. One about a hostile track calls for the help that is owed to its nation, where nobody
        is named to call."""
        self._people.alerted(post, t_s)
        if hostile:
            nation = self.arr.posts[post].nation
            for clause in self._owed(nation):
                if clause.assistance is not None and not clause.assistance.declared_by:
                    self._call(clause, post, nation, t_s)

    def due(self, t_s: float) -> list[Consent | Called]:
        """Carry out what people planned to say by now; the news for the posts of the parties, oldest first."""
        for plan, person in self._people.due(t_s):
            for name in (*plan.withdraw, *plan.restore, *([plan.attacked] if plan.attacked else ())):
                self._say(plan, person, name, t_s)
        while self._later and self._later[0][0] <= t_s:
            self.log.append(heapq.heappop(self._later)[2])
        news, self._news = self._news, []
        return news

    def say(self, by: str, word: str, name: str, t_s: float) -> None:
        """Carry out what somebody says: `withdraw`, `restore` or `attacked`; said by one who may not it has no effect,
        and the log says so."""
        act = {"withdraw": self.withdraw, "restore": self.restore, "attacked": self.attacked}[word]
        try:
            act(by, name, t_s)
        except AuthorityError as refusal:
            self.log.append(Event(t_s, "ineffective", name, by, note=str(refusal)))

    def _say(self, plan: Declaration, person: str, name: str, t_s: float) -> None:
        self.say(person, "withdraw" if plan.withdraw else "restore" if plan.restore else "attacked", name, t_s)

    def _term(self, by: str, name: str, order: str) -> Withdrawal:
        """The term by which somebody may take back or give consent. Raises AuthorityError."""
        terms = [clause.withdrawal for clause in self.arr.clauses if clause.id == name]
        terms += [self.arr.pacts[name].withdrawal] if name in self.arr.pacts else []
        for term in terms:
            if term is not None and by in term.by:
                return term
        raise AuthorityError(order, ())

    def _owed(self, nation: str) -> list[Clause]:
        return [clause for clause in self.arr.clauses if clause.assistance is not None and nation in clause.receivers]

    def _call(self, clause: Clause, by: str, nation: str, t_s: float) -> None:
        """Call for the help of one clause, once; one draw in the clause's name says whether it will be given."""
        terms = clause.assistance
        if terms is None or clause.id in self._called:
            return
        self._called.add(clause.id)
        luck = draw(self.seed, Stream.CONSENT, entity_key(clause.id), _HELP) if terms.refused > 0.0 else 1.0
        given = luck >= terms.refused
        note = f"help will be there at {t_s + terms.takes_s:g} s" if given else "help is refused"
        self.log.append(Event(t_s, "called", clause.id, by, nation, note=note))
        if given:
            self._news.append(Called(clause.id, t_s))
            self._plan(Event(t_s + terms.takes_s, "help", clause.id, to=nation, note=f"{terms.takes_s:g} s after"))
        if not given or terms.takes_s > terms.within_s:
            why = "help was refused" if not given else f"help comes {terms.takes_s - terms.within_s:g} s late"
            self._plan(Event(t_s + terms.within_s, "breach", clause.id, to=nation, note=why))

    def _plan(self, event: Event) -> None:
        self._count += 1
        heapq.heappush(self._later, (event.t_s, self._count, event))


def _may_call(clause: Clause, by: str) -> bool:
    return clause.assistance is not None and by in clause.assistance.declared_by
