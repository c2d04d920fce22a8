"""Does a small change of a text change its judgement as it should?

Two hundred texts: five statements in four languages, each as it is and changed in ten ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from slabot.judgement import SeverityLevel, find, judge, shipped

CRITICAL, HIGH, MEDIUM, LOW = SeverityLevel.CRITICAL, SeverityLevel.HIGH, SeverityLevel.MEDIUM, SeverityLevel.LOW


class Statement(NamedTuple):
    """A statement about everybody, and the forms that the changes need."""

    everybody: str
    nobody_hit: str  # the same, denied
    one: str
    was: str  # in the past tense
    infinitive: str


STATEMENTS: dict[str, list[Statement]] = {
    "en": [
        Statement(
            "all agents are offline",
            "the agents are not offline",
            "one agent is offline",
            "all agents were offline",
            "take all agents offline",
        ),
        Statement(
            "all servers are down",
            "the servers are not down",
            "one server is down",
            "all servers were down",
            "shut all servers down",
        ),
        Statement(
            "nobody can log in",
            "it is not true that logins fail",
            "one user cannot log in",
            "nobody could log in",
            "stop everybody from logging in",
        ),
        Statement(
            "all machines crash",
            "the machines do not crash",
            "one machine crashes",
            "all machines crashed",
            "make all machines crash in a test run",
        ),
        Statement(
            "all clients are unprotected",
            "the clients are not unprotected",
            "one client is unprotected",
            "all clients were unprotected",
            "leave all clients unprotected",
        ),
    ],
    "de": [
        Statement(
            "alle Agenten sind offline",
            "die Agenten sind nicht offline",
            "ein Agent ist offline",
            "alle Agenten waren offline",
            "alle Agenten offline nehmen",
        ),
        Statement(
            "alle Server sind ausgefallen",
            "die Server sind nicht ausgefallen",
            "ein Server ist ausgefallen",
            "alle Server waren ausgefallen",
            "alle Server abschalten",
        ),
        Statement(
            "niemand kann sich anmelden",
            "die Anmeldung ist nicht ausgefallen",
            "ein Benutzer kann sich nicht anmelden",
            "niemand konnte sich anmelden",
            "alle Benutzer abmelden",
        ),
        Statement(
            "alle Rechner sind blockiert",
            "die Rechner sind nicht blockiert",
            "ein Rechner ist blockiert",
            "alle Rechner waren blockiert",
            "alle Rechner sperren",
        ),
        Statement(
            "alle Clients sind ungeschützt",
            "die Clients sind nicht ungeschützt",
            "ein Client ist ungeschützt",
            "alle Clients waren ungeschützt",
            "alle Clients ungeschützt lassen",
        ),
    ],
    "fr": [
        Statement(
            "tous les agents sont hors ligne",
            "les agents ne sont pas hors ligne",
            "un seul agent est hors ligne",
            "tous les agents étaient hors ligne",
            "mettre tous les agents hors ligne",
        ),
        Statement(
            "tous les serveurs sont en panne",
            "les serveurs ne sont pas en panne",
            "un seul serveur est en panne",
            "tous les serveurs étaient en panne",
            "arrêter tous les serveurs",
        ),
        Statement(
            "plus personne ne peut se connecter",
            "la connexion n'est pas en panne",
            "un utilisateur ne peut pas se connecter",
            "plus personne ne pouvait se connecter",
            "déconnecter tous les utilisateurs",
        ),
        Statement(
            "tous les postes sont bloqués",
            "les postes ne sont pas bloqués",
            "un seul poste est bloqué",
            "tous les postes étaient bloqués",
            "bloquer tous les postes",
        ),
        Statement(
            "tous les postes sont sans protection",
            "les postes ne sont pas sans protection",
            "un seul poste est sans protection",
            "tous les postes étaient sans protection",
            "laisser tous les postes sans protection",
        ),
    ],
    "es": [
        Statement(
            "todos los agentes están caídos",
            "los agentes no están caídos",
            "un solo agente está caído",
            "todos los agentes estaban caídos",
            "parar todos los agentes",
        ),
        Statement(
            "todos los servidores están caídos",
            "los servidores no están caídos",
            "un solo servidor está caído",
            "todos los servidores estaban caídos",
            "apagar todos los servidores",
        ),
        Statement(
            "nadie puede iniciar sesión",
            "el inicio de sesión no está caído",
            "un usuario no puede iniciar sesión",
            "nadie podía iniciar sesión",
            "cerrar la sesión de todos",
        ),
        Statement(
            "todos los equipos están bloqueados",
            "los equipos no están bloqueados",
            "un solo equipo está bloqueado",
            "todos los equipos estaban bloqueados",
            "bloquear todos los equipos",
        ),
        Statement(
            "todos los equipos están desprotegidos",
            "los equipos no están desprotegidos",
            "un solo equipo está desprotegido",
            "todos los equipos estaban desprotegidos",
            "dejar todos los equipos desprotegidos",
        ),
    ],
}
TEMPLATES: dict[str, dict[str, str]] = {
    "en": {
        "as it is": "Since this morning {everybody}.",
        "denied": "Just to be clear, {nobody_hit}.",
        "one of them": "Since this morning {one}.",
        "over": "Last month {was} for an hour.",
        "supposed": "What happens if {everybody}?",
        "asked how": "How do I {infinitive}?",
        "a name": 'Where do I find the rule "{everybody}"?',
        "solved": "This morning {was}, but everything is back to normal.",
        "a test system": "On our staging system {everybody}.",
        "a way round": "Since this morning {one}, but a restart helps.",
    },
    "de": {
        "as it is": "Seit heute früh: {everybody}.",
        "denied": "Zur Klarstellung: {nobody_hit}.",
        "one of them": "Seit heute früh: {one}.",
        "over": "Letzten Monat: {was}, eine Stunde lang.",
        "supposed": "Was passiert, wenn {everybody}?",
        "asked how": "Wie kann ich {infinitive}?",
        "a name": 'Wo finde ich die Regel "{everybody}"?',
        "solved": "Heute früh: {was}, inzwischen läuft alles wieder.",
        "a test system": "In der Testumgebung: {everybody}.",
        "a way round": "Seit heute früh: {one}, ein Neustart hilft.",
    },
    "fr": {
        "as it is": "Depuis ce matin {everybody}.",
        "denied": "Pour être clair, {nobody_hit}.",
        "one of them": "Depuis ce matin {one}.",
        "over": "Le mois dernier {was} pendant une heure.",
        "supposed": "Que se passe-t-il si {everybody} ?",
        "asked how": "Comment {infinitive} ?",
        "a name": "Où se trouve la règle « {everybody} » ?",
        "solved": "Ce matin {was}, mais tout est rentré dans l'ordre.",
        "a test system": "Dans notre environnement de test {everybody}.",
        "a way round": "Depuis ce matin {one}, mais un redémarrage suffit.",
    },
    "es": {
        "as it is": "Desde esta mañana {everybody}.",
        "denied": "Para que quede claro, {nobody_hit}.",
        "one of them": "Desde esta mañana {one}.",
        "over": "El mes pasado {was} durante una hora.",
        "supposed": "¿Qué pasa si {everybody}?",
        "asked how": "¿Cómo puedo {infinitive}?",
        "a name": '¿Dónde está la regla "{everybody}"?',
        "solved": "Esta mañana {was}, pero ya está solucionado.",
        "a test system": "En el entorno de pruebas {everybody}.",
        "a way round": "Desde esta mañana {one}, pero al reiniciar funciona.",
    },
}
EXPECTED: dict[str, frozenset[SeverityLevel]] = {
    "as it is": frozenset({CRITICAL}),
    "denied": frozenset({LOW}),
    "one of them": frozenset({MEDIUM}),
    "over": frozenset({LOW}),
    "supposed": frozenset({LOW}),
    "asked how": frozenset({LOW}),
    "a name": frozenset({LOW}),
    "solved": frozenset({LOW}),
    "a test system": frozenset({LOW}),
    "a way round": frozenset({MEDIUM}),
}


def _cases() -> Iterator[tuple[str, str, str]]:
    for language, statements in STATEMENTS.items():
        for statement in statements:
            for change, template in TEMPLATES[language].items():
                yield language, change, template.format(**statement._asdict())


CASES = list(_cases())


def test_there_are_two_hundred_of_them() -> None:
    assert len({text for _, _, text in CASES}) == 200


@pytest.mark.parametrize(("language", "change", "text"), CASES, ids=[f"{one}-{two}-{text}" for one, two, text in CASES])
def test_a_change_of_the_text_changes_its_judgement(language: str, change: str, text: str) -> None:
    found = judge(find("", [text], shipped()))

    assert found is not None
    assert found.level in EXPECTED[change], (found.reason, found.quotes)
