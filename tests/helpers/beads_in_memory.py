"""A corpus of beads in memory, for tests of search."""


class MemoryStore:
    """A store of beads in memory whose index lives in memory too."""

    def __init__(self, *pairs):
        self.beads = list(pairs)
        self.state = "1"
        self.decisions = []

    def stamps(self, briefing=None):
        known = {pair.provenance.briefing: self.state for pair in self.beads}
        return {name: known[name] for name in known if briefing in (None, name)}

    def link_decisions(self, briefings=None):
        known = (one for one in self.decisions if one.verdict != "withdrawn")
        return tuple(one for one in known if briefings is None or one.briefing in briefings)

    def index_folder(self):
        return None

    def pairs(self, briefing_ids=None):
        for bead in self.beads:
            if briefing_ids is None or bead.provenance.briefing in briefing_ids:
                yield bead


class FolderStore(MemoryStore):
    """A store of beads in memory whose index is in a folder."""

    def __init__(self, folder, *pairs):
        super().__init__(*pairs)
        self.folder = folder

    def index_folder(self):
        return self.folder

    def version(self):
        return self.state
