"""What linli is measured beside: the generator itself, the bare database, django-helpdesk."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks import compared
from benchmarks.bare import Pace, postgres_pace, sqlite_pace
from benchmarks.load import PLACE_OF_ID, Outcome, Plan, Request, in_own_process
from benchmarks.measured import Figure, Figures, Run, Sizes, median_of
from benchmarks.places import FIRST_PORT, data
from benchmarks.postgres import cluster
from benchmarks.servers import empty_server, running
from benchmarks.words import COMMON_QUERIES, RARE_QUERIES

DATABASES = ("sqlite", "postgres")


def told(text: str) -> None:
    """Show what is being measured just now."""
    print(f"      {text}", file=sys.stderr, flush=True)


def sent(plan: Plan) -> Outcome:
    """Send the plan from its own process; refuse figures in which requests failed."""
    outcome = in_own_process(plan)
    if outcome.failed:
        message = f"{outcome.failed} requests failed; the first answer was:\n{outcome.complaint}"
        raise RuntimeError(message)
    return outcome


def rate_of(port: int, clients: int, sizes: Sizes, requests: list[Request]) -> Figure:
    """Return answers per second: the median of the rounds."""
    outcomes = [sent(Plan(port, clients, sizes.seconds, requests)) for _ in range(sizes.rounds)]
    middle = sorted(outcomes, key=lambda outcome: outcome.rate)[len(outcomes) // 2]
    return median_of(
        (outcome.rate for outcome in outcomes),
        "/s",
        p50=middle.p50,
        p95=middle.p95,
        generator_cpu=middle.cpu,
    )


def wait_of(port: int, requests: list[Request], pages: int, *, seconds: float = 20.0) -> Figure:
    """Return the median time one person waits (ms), asking one request after another."""
    outcome = sent(Plan(port, 1, seconds, requests, most=pages, warm_up=0.5))
    more = {"p95": outcome.p95, "answers": outcome.answered, "bytes": outcome.bytes_per_answer}
    return Figure(outcome.p50, "ms", [], more)


def generator(run: Run) -> Figures:
    """Measure the load generator's own ceiling, against a server that does nothing."""
    request = Request("/", f'{{"id": "{PLACE_OF_ID}"}}', {"Content-Type": "application/json"})
    with running(empty_server(FIRST_PORT)) as server:
        return {
            f"generator.{clients}": rate_of(server.port, clients, run.sizes, [request])
            for clients in run.sizes.clients
        }


def bare_database(run: Run) -> Figures:
    """Measure the bare database: one case, step and event in a durable transaction."""
    figures: Figures = {}
    sizes = run.sizes

    def note(database: str, clients: int, paces: list[Pace]) -> None:
        figure = median_of((pace.rate for pace in paces), "/s", p50=paces[0].p50, p95=paces[0].p95)
        figures[f"create.bare.{database}.{clients}"] = figure
        told(f"bare {database}, {clients} writers: {figure.text()}")

    for clients in sizes.clients:
        path = data() / "bare.sqlite3"
        paces = [sqlite_pace(path, clients, sizes.seconds) for _ in range(sizes.rounds)]
        note("sqlite", clients, paces)
    with cluster() as postgres:
        address = postgres.recreate("bare")
        run.machine["postgres"] = postgres.version()
        for clients in sizes.clients:
            paces = [postgres_pace(address, clients, sizes.seconds) for _ in range(sizes.rounds)]
            note("postgres", clients, paces)
    return figures


def _helpdesks(name: str, tickets: int, *, anew: bool) -> Iterator[tuple[str, compared.Helpdesk]]:
    """Yield the compared program on SQLite, then on PostgreSQL, while its database runs."""
    path = data() / f"{name}.sqlite3"
    if anew:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    yield "sqlite", compared.prepared(f"sqlite:///{path}", tickets)
    with cluster() as postgres:
        if anew or not postgres.has(name):
            postgres.recreate(name)
        yield "postgres", compared.prepared(postgres.address(name), tickets)


def helpdesk_create(run: Run) -> Figures:
    """Measure django-helpdesk's POST /api/tickets/: the better of one and two processes."""
    figures: Figures = {}
    for database, helpdesk in _helpdesks("helpdesk_create", 200, anew=True):
        for workers in (1, 2):
            program = helpdesk.program(FIRST_PORT, workers=workers, threads=4)
            with running(program) as server:
                for clients in run.sizes.clients:
                    key = f"create.helpdesk.{database}.{clients}"
                    requests = helpdesk.create_requests()
                    figure = rate_of(server.port, clients, run.sizes, requests)
                    told(f"helpdesk {database}, {workers} workers, {clients}: {figure.text()}")
                    if key not in figures or figures[key].value < figure.value:
                        figure.more["workers"] = workers
                        figures[key] = figure
                figures[f"memory.helpdesk.{database}"] = Figure(server.memory(), "MB")
    return figures


def helpdesk_pages(run: Run) -> Figures:
    """Measure django-helpdesk's list, ticket page and text search with 100,000 tickets."""
    figures: Figures = {}
    tickets, pages = run.sizes.tickets, max(10, run.sizes.pages // 10)
    for database, helpdesk in _helpdesks(f"helpdesk_{tickets}", tickets, anew=False):
        with running(helpdesk.program(FIRST_PORT, workers=1, threads=4)) as server:
            page, rows, all_open = helpdesk.list_requests()
            shell = wait_of(server.port, page, pages)
            for kind, requests in (("list", rows), ("open", all_open)):
                table = wait_of(server.port, requests, pages, seconds=40.0)
                more = {"page": shell.value, "rows": table.value}
                total = Figure(shell.value + table.value, "ms", [], more)
                figures[f"{kind}.helpdesk.{database}"] = total
            requests = helpdesk.ticket_requests(tickets)
            figures[f"page.helpdesk.{database}"] = wait_of(server.port, requests, pages)
            requests = helpdesk.search_requests(COMMON_QUERIES + RARE_QUERIES)
            found = wait_of(server.port, requests, pages, seconds=40.0)
            figures[f"search.helpdesk.{database}"] = found
            for kind in ("list", "open", "page", "search"):
                told(f"helpdesk {database} {kind}: {figures[f'{kind}.helpdesk.{database}'].text()}")
    return figures
