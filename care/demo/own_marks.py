"""What people of the demo did by themselves: a milestone they marked, a step back to more support.

Nothing here is left to chance, so that the diaries stay as they were for a seed.
"""

from datetime import datetime, timedelta

from accounts.enums import Role
from accounts.models import User
from diary import aid_steps, queries, services

MARKED_AGO = timedelta(hours=20)
STEPPED_AGO = timedelta(hours=26)


def make(now: datetime) -> None:
    """The first patient marks the next milestone; the first other who can, steps back up."""
    people = list(User.objects.filter(role=Role.PATIENT).order_by("pk"))
    for person in people[:1]:
        mark_next(person, now - MARKED_AGO)
    for person in people[1:]:
        if step_back(person, now - STEPPED_AGO):
            return


def mark_next(person: User, at: datetime) -> None:
    """Mark the next milestone of a person's first hip as reached on the day of `at`."""
    episodes = queries.open_episodes(person)[:1]
    queries.load_milestones(episodes)
    for episode in episodes:
        reached = queries.reached(episode)
        waiting = [each for each in episode.plan.milestones.all() if each.code not in reached]
        for milestone in waiting[:1]:
            services.reach_milestone(
                episode=episode,
                milestone=milestone,
                reached_on=at.astimezone(person.zone).date(),
                by=person,
                now=at,
            )


def step_back(person: User, at: datetime) -> bool:
    """Let a person go back to an aid that an earlier phase named; False where there is none."""
    day = at.astimezone(person.zone).date()
    episodes = queries.open_episodes(person)
    limit = aid_steps.limit_of(episodes, day)
    aid = next(iter(aid_steps.had(episodes, limit, day)), None)
    if aid is None:
        return False
    aid_steps.step_back_up(patient=person, aid=aid, by=person, now=at)
    return True
