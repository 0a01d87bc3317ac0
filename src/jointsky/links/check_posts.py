"""What is wrong with posts: hosts, deputies, what they command; and with the joint units that they may be given."""

from collections.abc import Iterator

from jointsky.links.check_context import Context, Fault, circle, unknown, way_from
from jointsky.scenario.agreement import ArrangementSection, PostSection


def post_faults(context: Context) -> Iterator[Fault]:
    """All faults of posts."""
    spec = context.spec
    for name, post in spec.posts.items():
        at = ("posts", name)
        yield from context.phases((*at, "phases"), f"post {name}", post.phases)
        if post.deputy is not None and post.deputy not in spec.nations:
            yield Fault((*at, "deputy"), f"post {name}: {unknown(post.deputy, 'nation', spec.nations)}")
        yield from _deputies(spec, name, post)
        if post.nation not in spec.nations:
            yield Fault((*at, "nation"), f"post {name}: {unknown(post.nation, 'nation', spec.nations)}")
            continue
        yield from _host(spec, name, post)
        yield from _commands(context, name, post)
    yield from _same_authority(context)


def _commands(context: Context, name: str, post: PostSection) -> Iterator[Fault]:
    for k, pattern in enumerate(post.commands):
        at = ("posts", name, "commands", k)
        if pattern in context.spec.joint_units:
            yield Fault(
                at,
                f"post {name}: found joint unit {pattern}, expected units of {post.nation}; "
                "a clause gives the command of a joint unit",
                ("joint_units", pattern),
            )
        else:
            yield from context.pattern(at, f"post {name}", pattern, {post.nation})


def _host(spec: ArrangementSection, name: str, post: PostSection) -> Iterator[Fault]:
    if post.host is None:
        return
    at = ("posts", name, "host")
    if post.host not in spec.posts:
        yield Fault(at, f"post {name}: {unknown(post.host, 'post', spec.posts)}")
        return
    way = circle(name, {key: (other.host,) for key, other in spec.posts.items() if other.host})
    if way:
        other = None if post.host == name else ("posts", post.host, "host")
        yield Fault(at, f"circular hosting: {' is hosted by '.join(way)}, expected one that stands by itself", other)
    missing = _missing_phases(spec, post, post.host)
    if missing:
        yield Fault(
            at,
            f"host {post.host} does not exist in phase {', '.join(missing)}, in which post {name} does",
            ("posts", post.host, "phases"),
        )


def _missing_phases(spec: ArrangementSection, post: PostSection, other: str) -> list[str]:
    """The phases in which a post exists and another does not."""
    lives = spec.posts[other].phases or spec.phases
    return [phase for phase in post.phases or spec.phases if phase not in lives]


def _deputies(spec: ArrangementSection, name: str, post: PostSection) -> Iterator[Fault]:
    """Posts may stand in for each other, whoever is up first by the place in the list; not where one of them sits with
    the other and is lost with it."""
    hosts = {key: (other.host,) for key, other in spec.posts.items() if other.host}
    for k, deputy in enumerate(post.deputies):
        at = ("posts", name, "deputies", k)
        if deputy == name:
            yield Fault(at, f"post {name} is its own deputy, expected another post")
        elif deputy not in spec.posts:
            yield Fault(at, f"post {name}: {unknown(deputy, 'post', [key for key in spec.posts if key != name])}")
        elif deputy in post.deputies[:k]:
            yield Fault(
                at,
                f"post {name}: found deputy {deputy} twice, expected it once",
                (*at[:3], post.deputies.index(deputy)),
            )
        elif len(_missing_phases(spec, post, deputy)) == len(post.phases or spec.phases):
            yield Fault(at, f"post {name}: found deputy {deputy}, which exists in no phase in which {name} does")
        elif name in spec.posts[deputy].deputies and name in way_from(deputy, hosts):
            yield Fault(
                at,
                f"circular deputies: {name} and {deputy} stand in for each other, but {name} is the host of {deputy}, "
                "expected a deputy that sits elsewhere",
                ("posts", deputy, "host"),
            )


def _same_authority(context: Context) -> Iterator[Fault]:
    """Two posts of one nation that command the same unit in the same phase must say who goes first."""
    posts = list(context.spec.posts.items())
    for i, (name, post) in enumerate(posts):
        for other_name, other in posts[:i]:
            if post.nation != other.nation or (post.precedence or 0) != (other.precedence or 0):
                continue
            phases = set(post.phases or context.spec.phases) & set(other.phases or context.spec.phases)
            own = [unit for unit, nation in context.owners.items() if nation == post.nation]
            both = context.ordered(post.commands) & context.ordered(other.commands)
            shared = [unit for unit in own if unit in both]
            if shared and phases:
                yield Fault(
                    ("posts", name, "commands"),
                    f"posts {other_name} and {name} both command {shared[0]} with the same precedence, "
                    "expected a different precedence of each: 1 goes first",
                    ("posts", other_name, "commands"),
                )


def joint_unit_faults(context: Context) -> Iterator[Fault]:
    """All faults of joint units."""
    joint = context.spec.joint_units
    parts = {name: unit.of for name, unit in joint.items()}
    for name, unit in joint.items():
        at, who = ("joint_units", name), f"joint unit {name}"
        if name in context.owners:
            yield Fault(at, f"{who}: found a unit of the same name, expected another name", ("units", name))
        if not unit.of:
            yield Fault((*at, "of"), f"{who}: found no units, expected at least one, such as west.qra")
        way = circle(name, parts)
        for k, pattern in enumerate(unit.of):
            here = (*at, "of", k)
            if way[1:2] == [pattern]:
                other = None if pattern == name else ("joint_units", pattern, "of")
                yield Fault(here, f"circular joint units: {' holds '.join(way)}, expected units in it", other)
            elif pattern not in joint and context.owners and not context.named(pattern):
                yield from context.pattern(here, who, pattern, set())
