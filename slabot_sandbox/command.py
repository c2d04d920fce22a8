"""Run the sandbox from the command line.

Promise: it says where it listens, what it holds, and what to paste into the environment and the configuration to
point slabot at it, and then tells what happens, pages above all, as it happens. It ends when it is told to, and leaves
its journal in a file if asked for one.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from slabot.clock import Clock
from slabot_sandbox.loading import LoadReport
from slabot_sandbox.narrator import Narrator
from slabot_sandbox.proxy import Rule
from slabot_sandbox.sandbox import Sandbox

CHANNEL = "support-escalations"
NARRATED_EVERY = 1.0  # seconds of real time


def serve(
    port: int = 0,
    load: Iterable[Path] = (),
    clock: Clock | None = None,
    *,
    stop: threading.Event | None = None,
    say: Callable[[str], object] = print,
    slabot_url: str | None = None,
    journal: Path | None = None,
    load_freshdesk: Iterable[Path] = (),
    proxied: bool = False,
    misbehaving: Iterable[Rule] = (),
) -> LoadReport:
    """Run a sandbox until `stop` is set, Ctrl-C is pressed, or the process is asked to end (SIGTERM).

    Args:
        port: Zendesk's port; Slack, Freshdesk and the other receivers have the next three. 0 takes free ones.
        load: files and folders to fill the accounts from.
        clock: the wall clock if none is given.
        stop: set it to end.
        say: where lines for people go.
        slabot_url: where slabot listens, for webhooks and clicks; can be told later (`POST /_sandbox/connect`).
        journal: a file for the journal, written at the end.
        load_freshdesk: the same as `load`, but ticket files go to Freshdesk.
        proxied: a proxy stands before every stand-in, so that rules can be added later (`POST /_sandbox/proxy`).
        misbehaving: how the proxy misbehaves from the start; there is one then.

    Returns:
        What was loaded, and which files of a folder were not.

    Raises:
        SandboxError: a port is taken, or a file that was named itself cannot be loaded.
    """
    stop = stop or threading.Event()
    rules = tuple(misbehaving)
    sandbox = Sandbox(
        clock=clock,
        zendesk_port=port,
        slack_port=port + 1 if port else 0,
        freshdesk_port=port + 2 if port else 0,
        receivers_port=port + 3 if port else 0,
        proxied=proxied or bool(rules),
    )
    report = LoadReport()
    for path in load:
        report.add(sandbox.load(path))
    for path in load_freshdesk:
        report.add(sandbox.load(path, freshdesk=True))
    sandbox.slack.workspace.add_channel(CHANNEL)
    with sandbox, _ends_on_signals(stop):
        for rule in rules:
            sandbox.misbehave(rule)
        if slabot_url:
            sandbox.connect(slabot_url)
        for reason in report.unreadable:
            say(f"Not loaded: {reason.rstrip('.')}.")
        narrator = _narrator(sandbox)
        say(instructions(sandbox, report))
        while not stop.wait(NARRATED_EVERY):
            _narrate(narrator, sandbox, say)
        _narrate(narrator, sandbox, say)
    if journal is not None:
        sandbox.journal.write(journal)
        say(f"The journal is in {journal}.")
    return report


def _narrator(sandbox: Sandbox) -> Narrator:
    """A narrator in this machine's own time zone."""
    labels = {number: label for number, (label, _) in sandbox.freshdesk.account.statuses.items()}
    return Narrator({"zendesk": "Zendesk", "freshdesk": "Freshdesk"}, labels, zone=None, stamp="%H:%M:%S")


def _narrate(narrator: Narrator, sandbox: Sandbox, say: Callable[[str], object]) -> None:
    for line in narrator.lines(sandbox.journal.effects()):
        say(line)


@contextlib.contextmanager
def _ends_on_signals(stop: threading.Event) -> Iterator[None]:
    """SIGTERM sets `stop`, Ctrl-C ends quietly. Signals reach the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, former)


def instructions(sandbox: Sandbox, report: LoadReport) -> str:
    """The addresses, and what to paste into the environment and the configuration."""
    zendesk, slack, freshdesk = sandbox.zendesk, sandbox.slack, sandbox.freshdesk
    return f"""The sandbox is ready. It holds {report}.

  Zendesk    {zendesk.url}
  Slack      {slack.url}
  Freshdesk  {freshdesk.url}
  PagerDuty  {sandbox.pagerduty.url}
  Webhooks   {sandbox.receiver.url}
  Heartbeat  {sandbox.heartbeat.url}
  Model      {sandbox.model.url}
  Control    {sandbox.control_url}   (acts, faults, journal; GET it for a list)
{_proxied(sandbox)}
Put this into the environment of slabot:

  export ZENDESK_CLIENT_ID={zendesk.client_id}
  export ZENDESK_CLIENT_SECRET={zendesk.client_secret}
  export ZENDESK_TOKEN={zendesk.token}   # for the older sign-in: email: {zendesk.email}, token_env: ZENDESK_TOKEN
  export ZENDESK_HOOK_SECRET={zendesk.webhook_secret}
  export FRESHDESK_KEY={freshdesk.token}
  export FRESHDESK_HOOK_SECRET={freshdesk.webhook_secret}
  export SLACK_BOT_TOKEN={slack.token}
  export SLACK_SIGNING_SECRET={slack.signing_secret}
  export SLACK_APP_TOKEN={slack.app_token}   # for slack.app_token_env, if clicks are to come over Socket Mode
  export PAGERDUTY_KEY={sandbox.pagerduty.routing_key}
  export WEBHOOK_SECRET={sandbox.receiver.secret}
  export HEARTBEAT_URL={sandbox.heartbeat.url}
  export MODEL_KEY={sandbox.model.key}

Then let slabot write its configuration; it asks when you work:

  slabot init --kind zendesk --subdomain acme --base-url {zendesk.url} --slack-api-url {slack.api_url.rstrip("/")}

or put this into one of yours:

  helpdesks:
    acme:
      kind: zendesk
      subdomain: acme
      auth:
        client_id_env: ZENDESK_CLIENT_ID
        client_secret_env: ZENDESK_CLIENT_SECRET
      webhook_secret_env: ZENDESK_HOOK_SECRET
      base_url: {zendesk.url}
    partners:
      kind: freshdesk
      domain: {freshdesk.domain}
      token_env: FRESHDESK_KEY
      webhook_secret_env: FRESHDESK_HOOK_SECRET
      base_url: {freshdesk.url}
  slack:
    token_env: SLACK_BOT_TOKEN
    signing_secret_env: SLACK_SIGNING_SECRET
    channel: "#{CHANNEL}"
    api_url: {slack.api_url}
  pagerduty:
    main:
      routing_key_env: PAGERDUTY_KEY
      api_url: {sandbox.pagerduty.url}
  outgoing_webhooks:
    pager:
      url: {sandbox.receiver.url}/pager
      secret_env: WEBHOOK_SECRET
  heartbeat:
    url_env: HEARTBEAT_URL
  classify:   # beside your own settings there
    model:
      mode: act
      address: {sandbox.model.url}
      name: {sandbox.model.name}
      key_env: MODEL_KEY

Tell the sandbox where slabot listens, so that webhooks and clicks reach it:

  curl -X POST {sandbox.control_url}/connect -H 'Content-Type: application/json' \\
       -d '{{"url": "http://127.0.0.1:8080", "helpdesk": "acme", "freshdesk": "partners"}}'

What happens is told below, pages first of all. Ctrl-C ends it.
"""


def _proxied(sandbox: Sandbox) -> str:
    """What people must know of a proxy; nothing without one."""
    if sandbox.proxy is None:
        return ""
    rules = [f"    {added.number}. {added.rule}" for added in sandbox.proxy.rules.on()]
    return "\n".join(
        (
            "",
            "A proxy stands before all of them but Control, and misbehaves:" if rules else "A proxy stands before all.",
            *rules,
            "",
            f"  curl -X DELETE {sandbox.control_url}/proxy   makes it well again; POST there adds a fault",
            "",
        )
    )
