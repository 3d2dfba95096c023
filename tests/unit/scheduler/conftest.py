from __future__ import annotations

import hypothesis

hypothesis.settings.register_profile("no deadline", deadline=None)  # the machine may be busy
hypothesis.settings.load_profile("no deadline")
