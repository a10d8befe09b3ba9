"""The Celery application: configured by Django's settings, tasks found in the rooms."""

import os

from celery import Celery

from hiptrack import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiptrack.settings")

broker.register()
app = Celery("hiptrack")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
