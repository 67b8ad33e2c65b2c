"""Locks and waits, for threads and for asyncio."""

from __future__ import annotations

import asyncio
import threading
import time

async_sleep = asyncio.sleep
thread_sleep = time.sleep
AsyncLock = asyncio.Lock
ThreadLock = threading.Lock
