from curator.app import Curator as Curator
from curator.config import Config as Config
from curator.configfile import load as load
from curator.errors import ConfigError as ConfigError
from curator.errors import CuratorError as CuratorError
from curator.errors import NotFoundError as NotFoundError
from curator.errors import SendError as SendError
from curator.errors import StoreBusyError as StoreBusyError
from curator.errors import StoreDamagedError as StoreDamagedError
from curator.errors import StoreError as StoreError
from curator.errors import StoreTooNewError as StoreTooNewError
from curator.errors import UsageError as UsageError
from curator.types import Query as Query

__version__: str
